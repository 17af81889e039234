"""How the model meadow is made: pictures, autoencoder, flow, distillation, export. See ../RECIPE.md."""
